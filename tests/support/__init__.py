"""What several tests share: peers, browser drivers, readers of tables."""

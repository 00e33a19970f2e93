"""What several tests share: peers, drivers of a browser, readers of tables."""

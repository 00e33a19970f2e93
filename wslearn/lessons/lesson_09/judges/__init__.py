"""What judges a student's server: oracles, foreign clients, Autobahn, the student's own tab."""

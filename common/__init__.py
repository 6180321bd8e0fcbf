"""What every app may use: no tables and no business words."""

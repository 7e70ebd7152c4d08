"""The simulated company that fills a fresh installation and drives whole journeys in tests."""

"""The only discrete events: vessels, stretches, meeting points."""

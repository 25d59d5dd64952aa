"""Calibration: what a campaign log says about the numbers of its scenario, as a posterior and as a scenario."""

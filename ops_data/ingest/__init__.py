"""Measured data on its way in: readers of files, checks of rows, the durable buffer, the sealing of days."""

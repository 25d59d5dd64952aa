"""Pictures: pure functions from tables and arrays to plotly figures."""

"""Pages of the dashboard; one file is one page, and `twin dashboard` serves them in the order of `dashboards.app`."""

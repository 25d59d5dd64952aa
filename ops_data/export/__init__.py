"""The review package of a run: tables, grids, report and the script that re-checks them."""

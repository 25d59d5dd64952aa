"""The rehearsal: a hidden truth, what instruments and log-keepers would say of it, and the files of each day."""

"""The eyes: browser pages over sealed runs."""

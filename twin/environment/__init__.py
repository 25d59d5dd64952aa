"""Stage: where sediment, sound and other emissions of a campaign go; it meets the other stages at tables only."""

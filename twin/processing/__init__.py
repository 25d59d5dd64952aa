"""What changes what a lot is made of."""

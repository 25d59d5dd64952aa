"""Tables in, numbers for people out."""

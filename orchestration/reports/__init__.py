"""What people read: the annual report and the board pack, from the published tables alone."""

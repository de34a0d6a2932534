"""What an authority owes the people its data is about: erasure, retention, keys, backup; each a command of its own."""

"""A guest's manners: how long servers are left alone, and whose word is believed."""

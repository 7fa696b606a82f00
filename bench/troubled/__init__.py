"""What bench/faults.py and bench/soak.py share: many troubled sites, and what is seen of Siaga among them."""

"""How often a phone may hand in, and be new."""

from datetime import timedelta

# A whole waiting room sends from one address.
FROM_AN_ADDRESS = 300, timedelta(minutes=1)
OF_A_DEVICE = 500, timedelta(days=1)
NEW_DEVICES = 20, timedelta(hours=1)

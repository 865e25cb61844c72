"""Delivery: claim links, shares, letters, prints."""

"""Tests of the desk: the institution's own side."""

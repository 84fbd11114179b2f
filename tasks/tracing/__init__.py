"""A figure is led back to what was landed, byte by byte."""

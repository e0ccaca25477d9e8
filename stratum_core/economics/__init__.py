"""What a disaster costs: output and value added that industries lose, tails of losses, and whether a measure pays.

Stock (damage) and flow (output that is not made) are never added together.
"""

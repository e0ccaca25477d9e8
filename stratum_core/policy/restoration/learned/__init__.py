"""A learned order: a small net scores the waiting jobs of each decision; trained as an actor-critic, run by onnxruntime."""

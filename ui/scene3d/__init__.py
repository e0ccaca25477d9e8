"""The 3D city: the only package with PyVista and VTK. Main thread only; ``CityScene.update`` asserts it."""

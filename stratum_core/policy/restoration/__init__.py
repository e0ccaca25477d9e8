"""In which order damaged components are repaired: jobs, crews and their ways, and who gets service back when.

An order is a priority list: a crew that is free takes the first waiting job of its skill, as the cascade does by
``Crews.rank``. Nothing here knows a city; a job stays as long as its hours say, and travel does not change with time.
"""

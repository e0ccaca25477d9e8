"""One decision at a time: what a free crew's waiting jobs look like, the greedy choice, and what a trained net is told."""

#: what the net is told of each job; shares are of the people who wait, hours in means of those that the crew could take
FEATURES = (
    "may be taken now",
    "of the crew's skill",
    "hours with drive",
    "share of it that is drive",
    "greedy index, logarithm below the greatest",
    "people served at once",
    "people served, shared by hours among the jobs that they need",
    "people who need it",
    "shared people per hour, logarithm below the greatest",
    "people at once per hour, logarithm below the greatest",
    "hours until it can begin",
    "hours by which what else its people need ends later",
    "hours of its skill's jobs, by crew",
    "drive saved against the skill's nearest other crew",
    "one over the jobs that its greedy group still needs",
    "people of jobs that can begin before it is done, times the hours that they then wait",
    "one over the jobs that may be taken",
)

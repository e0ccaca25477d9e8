"""How plans do in futures that the search did not see: regret, ties, drivers, and the futures in which one fails."""

"""A schedule says in which hours of the week a service must stand ready; outside them it may sleep."""

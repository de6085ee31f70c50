"""Results of load tests are read here: each tool's file becomes runs with one meaning of every number."""

"""Stand-ins for the aws and kubernetes providers, spoken to by the real engine over the plugin protocol.

They behave as the real ones do where a program can notice: names are made up where none is given,
computed outputs appear, some changed inputs replace a resource, wrong inputs are refused. What they
"create" is files in a folder, and every call is written down.
"""

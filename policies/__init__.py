"""The policy pack puts Plimsoll's rules behind Pulumi's Analyzer protocol."""

"""The policy pack: Plimsoll's rules behind Pulumi's Analyzer protocol."""

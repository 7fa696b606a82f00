"""The commands of `siaga`; each module is loaded only when one of its commands runs."""

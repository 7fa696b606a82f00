"""The outbox: deliveries not yet made, claimed before they are sent and recorded after."""

"""A small order service: customers look orders up, staff run reports and hand parcels to a carrier."""

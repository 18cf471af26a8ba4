"""What people see and steer of the bridge: status, pause, resume."""

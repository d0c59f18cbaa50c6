package diagram

// The signs are paths: those of tasks in a square of 12 with its corner at 0, those of gateways and events
// around 0.

func taskIcon(e Element) string {
	switch e {
	case UserTask:
		return "M6 1.2A2.4 2.4 0 1 1 5.99 1.2zM1.2 11.4V10.2A3.2 3.2 0 0 1 4.4 7.2H7.6A3.2 3.2 0 0 1 10.8 10.2V11.4z"
	case ServiceTask:
		return "M6 4A2 2 0 1 1 5.99 4zM6 .8V2.2M6 9.8V11.2M.8 6H2.2M9.8 6H11.2M2.3 2.3L3.3 3.3M8.7 8.7L9.7 9.7M9.7 2.3L8.7 3.3M3.3 8.7L2.3 9.7"
	case BusinessRuleTask:
		return "M1 1.5H11V10.5H1zM1 4.5H11M1 7.5H11M4.5 4.5V10.5"
	case ScriptTask:
		return "M2 1H8L10 3V11H2zM4 4.2H8M4 6.4H8M4 8.6H6.5"
	}
	return ""
}

func gatewaySign(e Element) string {
	switch e {
	case ExclusiveGateway:
		return "M-5 -6L5 6M5 -6L-5 6"
	case ParallelGateway:
		return "M0 -8.5V8.5M-8.5 0H8.5"
	case InclusiveGateway:
		return "M0 -7.5A7.5 7.5 0 1 1 -0.01 -7.5z"
	case EventBasedGateway:
		return "M0 -7.5L7.2 -2.3L4.4 6.2H-4.4L-7.2 -2.3z"
	case ComplexGateway:
		return "M0 -8.5V8.5M-8.5 0H8.5M-5.5 -5.5L5.5 5.5M5.5 -5.5L-5.5 5.5"
	}
	return ""
}

func eventSign(k EventKind) string {
	switch k {
	case Message:
		return "M-7 -5H7V5H-7zM-7 -5L0 1L7 -5"
	case Timer:
		return "M0 -7A7 7 0 1 1 -0.01 -7zM0 -4.5V0L3 2"
	case Conditional:
		return "M-5 -7H5V7H-5zM-3 -3.5H3M-3 0H3M-3 3.5H3"
	case Error:
		return "M-6.5 6L-2.5 -6L1.5 1.5L6.5 -6L3 5L-1 -2z"
	case Escalation:
		return "M0 -7L5 6L0 1L-5 6z"
	case Signal:
		return "M0 -6.5L6.5 5H-6.5z"
	case Compensate:
		return "M-.5 -5L-7 0L-.5 5zM6 -5L-.5 0L6 5z"
	case Terminate:
		return "M0 -6A6 6 0 1 1 -0.01 -6z"
	case Link:
		return "M-7 -3H1V-6L7 0L1 6V3H-7z"
	}
	return ""
}

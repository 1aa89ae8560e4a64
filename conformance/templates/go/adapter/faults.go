package adapter

// code is a row of the kit's table of error codes. definite: did it certainly not happen?
type code struct {
	number   int
	name     string
	definite bool
}

var (
	parseError     = code{-32700, "parse-error", true}
	invalidRequest = code{-32600, "invalid-request", true}
	methodNotFound = code{-32601, "method-not-found", true}
	invalidParams  = code{-32602, "invalid-params", true}
	refused        = code{1, "refused", true}
	uncertain      = code{2, "uncertain", false}
	unsupported    = code{3, "unsupported", true}
	unknownHandle  = code{4, "unknown-handle", true}
	escaped        = code{5, "escaped", false}
)

type fault struct {
	code
	message string
}

func (problem fault) Error() string { return problem.message }

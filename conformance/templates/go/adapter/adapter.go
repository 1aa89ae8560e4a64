// Package adapter is THE ADAPTER. Keep it: JSON-RPC 2.0, one JSON object a line, from standard input to
// standard output.
package adapter

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"sync"

	"adapter/jsonvalue"
	"adapter/scheduler"
)

const protocol = 1

// About is what the adapter says of the backend.
type About struct{ Name, Version string }

// Opener opens a backend on a data path.
type Opener func(dataPath string, clock *scheduler.Clock) (scheduler.Persistence, error)

type adapter struct {
	about     About
	open      Opener
	clock     scheduler.Clock
	answering sync.Mutex
	opening   sync.Mutex
	opened    uint64
	backends  map[uint64]scheduler.Persistence
}

type request struct {
	id     any // nil for a request that wants no answer
	method string
	params map[string]any
}

// Serve answers requests until shutdown or the end of the input. Operations run beside each other.
func Serve(about About, open Opener) {
	adapter := &adapter{about: about, open: open, backends: map[uint64]scheduler.Persistence{}}
	input := bufio.NewReader(os.Stdin)
	var operations sync.WaitGroup
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			operations.Wait()
			return
		}
		request, err := parseRequest(line)
		switch {
		case err != nil:
			adapter.say(request.id, nil, err)
		case request.method == "shutdown":
			operations.Wait()
			adapter.answer(request, nil, nil)
			return
		case operationByMethod[request.method] != nil:
			operations.Add(1)
			go func() {
				defer operations.Done()
				result, err := adapter.operate(request)
				adapter.answer(request, result, err)
			}()
		default:
			result, err := adapter.manage(request)
			adapter.answer(request, result, err)
		}
	}
}

// parseRequest gives the id also of an object that is no request.
func parseRequest(line []byte) (request, error) {
	value, err := jsonvalue.Parse(line)
	if err != nil {
		return request{}, fault{parseError, err.Error()}
	}
	members, isObject := value.(jsonvalue.Object)
	if !isObject {
		return request{}, fault{parseError, "the line is not one JSON object"}
	}
	message := byName(members)
	method, isText := message["method"].(string)
	params, isNamed := message["params"].(jsonvalue.Object)
	if message["jsonrpc"] != "2.0" || !isText || (!isNamed && message["params"] != nil) {
		err = fault{invalidRequest, "a JSON-RPC 2.0 request was expected"}
	}
	return request{message["id"], method, byName(params)}, err
}

func byName(object jsonvalue.Object) map[string]any {
	found := make(map[string]any, len(object))
	for _, member := range object {
		found[member.Name] = member.Value
	}
	return found
}

func (adapter *adapter) manage(request request) (any, error) {
	switch request.method {
	case "initialize":
		return adapter.initialize(request)
	case "open":
		return adapter.openBackend(request)
	case "close":
		handle, _, err := adapter.backend(request)
		if err == nil {
			adapter.opening.Lock()
			delete(adapter.backends, handle)
			adapter.opening.Unlock()
		}
		return nil, err
	case "set_clock":
		now, err := param(request, "now", jsonvalue.OptionalInstant)
		if err == nil {
			adapter.clock.Set(now)
		}
		return nil, err
	case "plant_rows", "mirror", "mirror_statements":
		return nil, fault{unsupported, request.method + ": this capability was not declared"}
	}
	return nil, fault{methodNotFound, fmt.Sprintf("there is no method %q", request.method)}
}

func (adapter *adapter) initialize(request request) (any, error) {
	asked, err := param(request, "protocol", jsonvalue.Uint64)
	if err == nil && asked != protocol {
		err = fault{invalidParams, fmt.Sprintf("this adapter speaks protocol %d", protocol)}
	}
	return map[string]any{
		"protocol":     protocol,
		"name":         adapter.about.Name,
		"version":      adapter.about.Version,
		"language":     "Go",
		"class":        "sidecar",
		"capabilities": []string{"document", "clock", "threads", "traceable"},
	}, err
}

func (adapter *adapter) openBackend(request request) (any, error) {
	if request.params["factory"] == true {
		return nil, fault{unsupported, "open: the capability factory was not declared"}
	}
	dataPath, err := param(request, "data_path", jsonvalue.Text)
	if err != nil {
		return nil, err
	}
	backend, err := adapter.open(string(dataPath), &adapter.clock)
	if err != nil {
		return nil, fault{refused, fmt.Sprintf("%s: %v", dataPath, err)}
	}
	adapter.opening.Lock()
	defer adapter.opening.Unlock()
	adapter.opened++
	adapter.backends[adapter.opened] = backend
	return map[string]any{"handle": adapter.opened, "sink": false}, nil
}

func (adapter *adapter) backend(request request) (uint64, scheduler.Persistence, error) {
	handle, err := param(request, "handle", jsonvalue.Uint64)
	if err != nil {
		return 0, nil, err
	}
	adapter.opening.Lock()
	defer adapter.opening.Unlock()
	backend, ok := adapter.backends[handle]
	if !ok {
		return 0, nil, fault{unknownHandle, fmt.Sprintf("no open backend has the handle %d", handle)}
	}
	return handle, backend, nil
}

func (adapter *adapter) operate(request request) (result any, err error) {
	defer func() {
		if panicked := recover(); panicked != nil {
			err = fault{escaped, fmt.Sprintf("the backend panicked: %v", panicked)}
		}
	}()
	_, backend, err := adapter.backend(request)
	if err != nil {
		return nil, err
	}
	return operationByMethod[request.method](backend, request)
}

func param[T any](request request, name string, read func(any) (T, error)) (T, error) {
	value, err := jsonvalue.Required(request.params, name, read)
	if err != nil {
		err = fault{invalidParams, err.Error()}
	}
	return value, err
}

func (adapter *adapter) answer(request request, result any, err error) {
	if request.id != nil {
		adapter.say(request.id, result, err)
	}
}

func (adapter *adapter) say(id, result any, err error) {
	message := map[string]any{"jsonrpc": "2.0", "id": id}
	if err == nil {
		message["result"] = result
	} else {
		message["error"] = errorObject(err)
	}
	line, err := scheduler.Marshal(message, "")
	if err != nil {
		panic(err) // answers are plain data
	}
	adapter.answering.Lock()
	defer adapter.answering.Unlock()
	_, _ = os.Stdout.Write(append(line, '\n')) // a kit that is gone needs no answer
}

func errorObject(err error) map[string]any {
	problem := fault{refused, err.Error()}
	var persistence *scheduler.PersistenceError
	if errors.As(err, &persistence) && persistence.Uncertain {
		problem.code = uncertain
	}
	errors.As(err, &problem)
	return map[string]any{
		"code":    problem.number,
		"message": problem.message,
		"data":    map[string]any{"name": problem.name, "definite": problem.definite},
	}
}

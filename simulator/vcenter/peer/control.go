package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// control is the endpoint by which tests change what the vCenter holds, on loopback without TLS.
func (p *Peer) control() http.Handler {
	mux := http.NewServeMux()
	act := func(path string, wanted func() interface{}, do func(interface{}) error) {
		mux.HandleFunc(path, func(out http.ResponseWriter, in *http.Request) {
			given := wanted()
			if err := json.NewDecoder(in.Body).Decode(given); err != nil {
				http.Error(out, err.Error(), http.StatusBadRequest)
				return
			}
			if err := do(given); err != nil {
				http.Error(out, err.Error(), http.StatusBadRequest)
				return
			}
			fmt.Fprint(out, "{}")
		})
	}
	act("/extensions", func() interface{} { return &moved{} }, func(g interface{}) error {
		p.extensions.move(g.(*moved).Versions, g.(*moved).At)
		return nil
	})
	act("/condition", func() interface{} { return &condition{} }, func(g interface{}) error { return p.become(g.(*condition)) })
	act("/tasks", func() interface{} { return &begun{} }, func(g interface{}) error { return p.beginTask(g.(*begun)) })
	act("/alarms", func() interface{} { return &raised{} }, func(g interface{}) error {
		if g.(*raised).Clear {
			p.machines.calm()
			return nil
		}
		return p.machines.raise(g.(*raised).VM, g.(*raised).Title, g.(*raised).Status)
	})
	act("/space", func() interface{} { return &space{} }, func(g interface{}) error {
		p.machines.space(g.(*space).FreeGb)
		return nil
	})
	act("/maintenance", func() interface{} { return new(bool) }, func(g interface{}) error {
		p.machines.maintenance(*g.(*bool))
		return nil
	})
	act("/privileges", func() interface{} { return &[]string{} }, func(g interface{}) error {
		p.privileges.deny(*g.(*[]string))
		return nil
	})
	act("/sessions/drop", func() interface{} { return new(interface{}) }, func(interface{}) error {
		p.gate.drop()
		return nil
	})
	act("/silence", func() interface{} { return new(bool) }, func(g interface{}) error {
		p.gate.keepSilent(*g.(*bool))
		return nil
	})
	act("/machines", func() interface{} { return &Machine{} }, func(g interface{}) error { return p.machines.add(*g.(*Machine)) })
	act("/machines/replace", func() interface{} { return &replaced{} }, func(g interface{}) error {
		return p.machines.replace(g.(*replaced).Name, g.(*replaced).InstanceUUID)
	})
	mux.HandleFunc("/state", func(out http.ResponseWriter, _ *http.Request) {
		check(json.NewEncoder(out).Encode(map[string]interface{}{"calls": p.gate.counts(), "snapshots": p.machines.snapshots()}))
	})
	return mux
}

type moved struct {
	Versions map[string]string
	At       time.Time
}

type begun struct {
	VM, DescriptionID, User string
	Progress                int32
	End                     bool
}

type raised struct {
	VM, Title, Status string
	Clear             bool
}

type space struct{ FreeGb int64 }

type replaced struct{ Name, InstanceUUID string }

func (p *Peer) beginTask(given *begun) error {
	if given.End {
		p.tasks.end()
		return nil
	}
	vm := p.machines.get(given.VM)
	if vm == nil {
		return fmt.Errorf("there is no virtual machine %s", given.VM)
	}
	p.tasks.begin(vm, given.DescriptionID, given.User, given.Progress)
	return nil
}

package main

import (
	"crypto/tls"
	"fmt"
	"net/url"
	"sync"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/types"
)

const alarmTitle = "Host hardware power status"

// condition is all the trouble that a vCenter has, or none: whatever it was before, it is this afterwards.
type condition struct {
	Machine                              string
	Refusing, Silent                     bool
	Certificate, Key, Username, Password string
	Denied                               []string
	FreeGb                               int64
	Alarm, Twin, ConsolidationNeeded     bool
	Chain                                int
}

func (p *Peer) become(wanted *condition) error {
	pair, err := tls.X509KeyPair([]byte(wanted.Certificate), []byte(wanted.Key))
	if err != nil {
		return err
	}
	vm := p.machines.get(wanted.Machine)
	if vm == nil {
		return fmt.Errorf("there is no virtual machine %s", wanted.Machine)
	}
	if p.shown.change(&pair) {
		p.door.drop()
	}
	p.model.Service.Listen.User = url.UserPassword(wanted.Username, wanted.Password)
	p.privileges.deny(wanted.Denied)
	p.machines.space(wanted.FreeGb)
	simulator.Map.Update(vm, []types.PropertyChange{{Name: "runtime.consolidationNeeded", Val: wanted.ConsolidationNeeded}})
	p.chain.grow(vm, wanted.Chain)
	if err := p.machines.sound(wanted.Machine, wanted.Alarm); err != nil {
		return err
	}
	if err := p.machines.twin(wanted.Machine, wanted.Twin); err != nil {
		return err
	}
	return p.door.behave(wanted.Refusing, wanted.Silent)
}

// shown is the certificate that new connections see.
type shown struct {
	lock sync.Mutex
	pair *tls.Certificate
}

func (s *shown) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.pair, nil
}

// change shows another one; false where it is the same.
func (s *shown) change(pair *tls.Certificate) bool {
	s.lock.Lock()
	defer s.lock.Unlock()
	same := string(pair.Certificate[0]) == string(s.pair.Certificate[0])
	s.pair = pair
	return !same
}

// chain is the snapshots that somebody else took of a machine, each on top of the one before.
type chain struct {
	made []types.ManagedObjectReference
}

// grow takes more of them, or removes the last ones, until there are so many.
func (c *chain) grow(vm *simulator.VirtualMachine, length int) {
	for len(c.made) < length {
		name := fmt.Sprintf("nightly-%d", len(c.made)+1)
		vm.CreateSnapshotTask(&types.CreateSnapshot_Task{This: vm.Self, Name: name, Description: name})
		c.made = append(c.made, *vm.Snapshot.CurrentSnapshot)
	}
	for len(c.made) > length {
		last := c.made[len(c.made)-1]
		c.made = c.made[:len(c.made)-1]
		if snapshot, ok := simulator.Map.Get(last).(*simulator.VirtualMachineSnapshot); ok {
			snapshot.RemoveSnapshotTask(&simulator.Context{}, &types.RemoveSnapshot_Task{This: last})
		}
	}
}

// sound lets the alarm of a machine be triggered, or not.
func (m *machines) sound(name string, on bool) error {
	if on == m.sounding {
		return nil
	}
	m.sounding = on
	if on {
		return m.raise(name, alarmTitle, "red")
	}
	m.calm()
	return nil
}

// twin lets another machine report the address of this one, or not.
func (m *machines) twin(name string, on bool) error {
	other := m.get(name + "-twin")
	if other == nil && !on {
		return nil
	}
	m.lock.Lock()
	address := m.made[name].IP
	m.lock.Unlock()
	if other == nil {
		return m.add(Machine{Name: name + "-twin", IP: address, UUID: "twin-" + name, InstanceUUID: "twin-" + name, ProvisionedGb: 1})
	}
	if !on {
		address = ""
	}
	simulator.Map.Update(other, []types.PropertyChange{{Name: "guest.ipAddress", Val: address}})
	return nil
}

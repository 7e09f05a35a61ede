package main

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/mo"
	"github.com/vmware/govmomi/vim25/types"
)

// spares are virtual machines without a name that anybody looks for; they become what is added later.
const spares = 3

const gigabyte = int64(1) << 30

// Machine is one virtual machine.
type Machine struct {
	Name, UUID, InstanceUUID, IP, DNSName string
	ProvisionedGb                         int64
	IndependentDisk                       bool
	ConsolidationNeeded                   bool
	ManagedByHcx                          bool
}

type machines struct {
	lock   sync.Mutex
	named  map[string]*simulator.VirtualMachine
	made   map[string]Machine
	unused []*simulator.VirtualMachine
	alarms int
	// sounding is whether the alarm of a condition is triggered.
	sounding bool
}

func newMachines(wanted []Machine) *machines {
	made := &machines{named: map[string]*simulator.VirtualMachine{}, made: map[string]Machine{}}
	for _, entity := range simulator.Map.All("VirtualMachine") {
		made.unused = append(made.unused, entity.(*simulator.VirtualMachine))
	}
	sort.Slice(made.unused, func(i, j int) bool { return number(made.unused[i]) < number(made.unused[j]) })
	for _, one := range wanted {
		check(made.add(one))
	}
	return made
}

func number(vm *simulator.VirtualMachine) int {
	found, _ := strconv.Atoi(vm.Self.Value[strings.LastIndex(vm.Self.Value, "-")+1:])
	return found
}

// add gives an unused virtual machine its name and all that it is found by.
func (m *machines) add(wanted Machine) error {
	m.lock.Lock()
	defer m.lock.Unlock()
	if len(m.unused) == 0 {
		return fmt.Errorf("no virtual machine is left for %s", wanted.Name)
	}
	vm := m.unused[0]
	m.unused = m.unused[1:]
	m.named[wanted.Name], m.made[wanted.Name] = vm, wanted
	simulator.Map.Update(vm, []types.PropertyChange{
		{Name: "name", Val: wanted.Name},
		{Name: "config.name", Val: wanted.Name},
		{Name: "config.uuid", Val: wanted.UUID},
		{Name: "config.instanceUuid", Val: wanted.InstanceUUID},
		{Name: "guest.ipAddress", Val: wanted.IP},
		{Name: "guest.hostName", Val: wanted.DNSName},
		{Name: "summary.config.name", Val: wanted.Name},
		{Name: "summary.guest.ipAddress", Val: wanted.IP},
		{Name: "summary.storage", Val: &types.VirtualMachineStorageSummary{
			Committed: gigabyte, Uncommitted: (wanted.ProvisionedGb - 1) * gigabyte, Timestamp: time.Now(),
		}},
		{Name: "runtime.consolidationNeeded", Val: wanted.ConsolidationNeeded},
	})
	if wanted.ManagedByHcx {
		by := &types.ManagedByInfo{ExtensionKey: "com.vmware.hybridity", Type: "HCX"}
		simulator.Map.Update(vm, []types.PropertyChange{{Name: "config.managedBy", Val: by}})
	}
	if wanted.IndependentDisk {
		makeIndependent(vm)
	}
	return nil
}

func makeIndependent(vm *simulator.VirtualMachine) {
	for _, device := range vm.Config.Hardware.Device {
		if disk, ok := device.(*types.VirtualDisk); ok {
			if backing, ok := disk.Backing.(*types.VirtualDiskFlatVer2BackingInfo); ok {
				backing.DiskMode = string(types.VirtualDiskModeIndependent_persistent)
			}
		}
	}
}

// replace lets another virtual machine take the name and the address of one, as if it had been deployed anew.
func (m *machines) replace(name, instance string) error {
	m.lock.Lock()
	old, wanted := m.named[name], m.made[name]
	m.lock.Unlock()
	if old == nil {
		return fmt.Errorf("there is no virtual machine %s", name)
	}
	simulator.Map.Update(old, []types.PropertyChange{
		{Name: "name", Val: "replaced-" + name}, {Name: "config.name", Val: "replaced-" + name}, {Name: "guest.ipAddress", Val: ""},
	})
	wanted.InstanceUUID = instance
	return m.add(wanted)
}

func (m *machines) get(name string) *simulator.VirtualMachine {
	m.lock.Lock()
	defer m.lock.Unlock()
	return m.named[name]
}

// space sets the free space of every datastore, of a terabyte in all.
func (m *machines) space(freeGb int64) {
	for _, entity := range simulator.Map.All("Datastore") {
		simulator.Map.Update(entity, []types.PropertyChange{
			{Name: "summary.capacity", Val: 1024 * gigabyte}, {Name: "summary.freeSpace", Val: freeGb * gigabyte},
		})
	}
}

func (m *machines) maintenance(on bool) {
	for _, entity := range simulator.Map.All("HostSystem")[:1] {
		simulator.Map.Update(entity, []types.PropertyChange{
			{Name: "runtime.inMaintenanceMode", Val: on}, {Name: "summary.runtime.inMaintenanceMode", Val: on},
		})
	}
}

type alarm struct{ mo.Alarm }

// raise adds a triggered alarm to an entity: a virtual machine, or the root of everything.
func (m *machines) raise(name, title, status string) error {
	var entity mo.Entity = simulator.Map.Get(simulator.Map.Any("Datacenter").Entity().Self).(mo.Entity)
	if name != "" {
		vm := m.get(name)
		if vm == nil {
			return fmt.Errorf("there is no virtual machine %s", name)
		}
		entity = vm
	}
	m.alarms++
	made := &alarm{}
	made.Self = reference("Alarm", fmt.Sprintf("alarm-%d", m.alarms))
	made.Info.Name, made.Info.Alarm, made.Info.Entity = title, made.Self, entity.Reference()
	simulator.Map.Put(made)
	state := types.AlarmState{
		Key:           fmt.Sprintf("%s.%s", made.Self.Value, entity.Reference().Value),
		Entity:        entity.Reference(),
		Alarm:         made.Self,
		OverallStatus: types.ManagedEntityStatus(status),
		Time:          time.Now(),
	}
	root := simulator.Map.Get(reference("Folder", "group-d1")).(mo.Entity)
	for _, place := range []mo.Entity{entity, root} {
		states := append(append([]types.AlarmState{}, place.Entity().TriggeredAlarmState...), state)
		simulator.Map.Update(place, []types.PropertyChange{{Name: "triggeredAlarmState", Val: states}})
	}
	return nil
}

func (m *machines) calm() {
	for _, entity := range simulator.Map.All("") {
		if len(entity.Entity().TriggeredAlarmState) > 0 {
			entity.Entity().TriggeredAlarmState = nil
		}
	}
}

// snapshots are the names of the snapshots of each virtual machine.
func (m *machines) snapshots() map[string][]string {
	m.lock.Lock()
	defer m.lock.Unlock()
	found := map[string][]string{}
	for name, vm := range m.named {
		found[name] = []string{}
		if vm.Snapshot != nil {
			found[name] = names(vm.Snapshot.RootSnapshotList, found[name])
		}
	}
	return found
}

func names(tree []types.VirtualMachineSnapshotTree, into []string) []string {
	for _, one := range tree {
		into = names(one.ChildSnapshotList, append(into, one.Name))
	}
	return into
}

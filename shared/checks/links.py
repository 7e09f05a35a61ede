"""Where the vendors say what the checks check."""

_AVS = "https://learn.microsoft.com/azure/azure-vmware"
_MICROSOFT = f"{_AVS}/upgrade-hcx-azure-vmware-solutions"
_BROADCOM = "https://techdocs.broadcom.com/us/en/vmware-cis/hcx/vmware-hcx/4-9"
_GUIDE = f"{_BROADCOM}/vmware-hcx-user-guide-4-9"

REQUIREMENTS = f"{_MICROSOFT}#system-requirements"
PLACING = f"{_AVS}/configure-vmware-hcx"
BACKUP = f"{_MICROSOFT}#backup-hcx"
MANAGER = f"{_MICROSOFT}#upgrade-hcx-manager"
APPLIANCES = f"{_MICROSOFT}#upgrade-hcx-service-mesh-appliances"
PLANNING = f"{_GUIDE}/updating-vmware-hcx/planning-for-hcx-updates.html"
BACKING_UP = f"{_GUIDE}/backing-up-and-restoring-hcx-manager/backing-up-hcx-manager.html"
ROLLING_BACK = (
    f"{_GUIDE}/updating-vmware-hcx/hcx-service-update-procedures/rolling-back-an-upgrade-using-snapshots.html"
)
SKEW = (
    f"{_BROADCOM}/vmware-hcx-support-and-lifecycle-policies-4-9/"
    "software-versioning-skew-and-legacy-support-policies.html"
)
KNOWN_ISSUES = f"{_AVS}/azure-vmware-solution-known-issues"
HIGH_AVAILABILITY = f"{_AVS}/configure-hcx-network-extension-high-availability"
RUN_COMMANDS = f"{_AVS}/use-hcx-run-commands"
PATHS = "https://interopmatrix.broadcom.com/Upgrade?productId=660"
COMPATIBILITY = "https://interopmatrix.broadcom.com/Interoperability?col=660,&row=0,"

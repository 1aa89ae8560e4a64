"""Documents that workloads plant: what older versions and other programs may have left.

They are written out as text, because the spelling is what some of them are about.
"""

from __future__ import annotations

LEGACY_ROWS = """\
[
  {
    "qname": "old.pending",
    "status": "Pending",
    "consecutive_failures": 0
  },
  {
    "qname": "old.idle",
    "status": "Idle",
    "consecutive_failures": 7
  },
  {
    "qname": "old.failed",
    "status": "FailedRetrying",
    "consecutive_failures": 3
  }
]"""

MIXED_ROWS = """\
[
  {
    "qname": "oldest.job",
    "status": "Idle",
    "consecutive_failures": 1
  },
  {
    "qname": "older.cron",
    "status": "Running",
    "consecutive_failures": 2,
    "schedule": {
      "Cron": "0 0 3 * * SUN"
    }
  },
  {
    "qname": "odd.fire_time_only",
    "status": "Pending",
    "consecutive_failures": 0,
    "next_fire_at": {
      "secs_since_epoch": 1893456000,
      "nanos_since_epoch": 1
    }
  },
  {
    "qname": "current.periodic",
    "status": "FailedRetrying",
    "consecutive_failures": 4,
    "schedule": {
      "Periodic": {
        "secs": 3600,
        "nanos": 5
      }
    },
    "next_fire_at": {
      "secs_since_epoch": 1893456000,
      "nanos_since_epoch": 999999999
    }
  },
  {
    "qname": "current.cron",
    "status": "Pending",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  }
]"""

EXTREME_ROWS = """\
[
  {
    "qname": "extreme.failures",
    "status": "Idle",
    "consecutive_failures": 4294967295,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": {
      "secs_since_epoch": 9223372036854775807,
      "nanos_since_epoch": 999999999
    }
  },
  {
    "qname": "extreme.once",
    "status": "Pending",
    "consecutive_failures": 2147483648,
    "schedule": {
      "Once": {
        "secs_since_epoch": 9223372036854775807,
        "nanos_since_epoch": 999999999
      }
    },
    "next_fire_at": {
      "secs_since_epoch": 9007199254740993,
      "nanos_since_epoch": 1
    }
  },
  {
    "qname": "extreme.period",
    "status": "Pending",
    "consecutive_failures": 0,
    "schedule": {
      "Periodic": {
        "secs": 4611686018427387904,
        "nanos": 999999999
      }
    },
    "next_fire_at": {
      "secs_since_epoch": 0,
      "nanos_since_epoch": 0
    }
  }
]"""

LONGEST_PERIOD = """\
[
  {
    "qname": "longest.period",
    "status": "Pending",
    "consecutive_failures": 0,
    "schedule": {
      "Periodic": {
        "secs": 18446744073709551615,
        "nanos": 999999999
      }
    },
    "next_fire_at": null
  }
]"""

STRANGE_STATUSES = """\
[
  {
    "qname": "status.cancelled",
    "status": "Cancelled",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "status.lower",
    "status": "pending",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "status.empty",
    "status": "",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "status.unknown",
    "status": "Paused \\u001b é",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  }
]"""

UNKNOWN_MEMBERS = """\
[
  {
    "qname": "newer.job",
    "status": "Idle",
    "consecutive_failures": 2,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null,
    "priority": 5,
    "labels": {
      "a": [
        1,
        2.5e0,
        null
      ]
    }
  }
]"""

OTHER_SPELLINGS = r"""
[ {"next_fire_at": [1893456000, 7], "schedule": {"Manual": null}, "consecutive_failures": 3,
   "status": "Idle", "qname": "spelled.\u0062ackwards"},
  ["spelled.array", "Pending", 0, {"Once": [1893456000, 5]}],
  {"qname": "spelled.carry", "status": "Id\u006ce", "consecutive_failures": 0,
   "schedule": {"Periodic": {"nanos": 2000000001, "secs": 1}},
   "next_fire_at": {"nanos_since_epoch": 1000000000, "secs_since_epoch": 1893456000}},
  {"qname": "spelled.\ud83d\ude00\/", "status": "Pending", "consecutive_failures": 0,
   "schedule": {"Cron": "0 0 0 1 1 *"}, "next_fire_at": null} ]
"""

DOTLESS_ROWS = """\
[
  {
    "qname": "nodot",
    "status": "Idle",
    "consecutive_failures": 1,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "has.dot",
    "status": "Pending",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  }
]"""

EMPTY_PARTS = """\
[
  {
    "qname": "no_local.",
    "status": "Idle",
    "consecutive_failures": 1
  },
  {
    "qname": ".no_namespace",
    "status": "Idle",
    "consecutive_failures": 2
  },
  {
    "qname": "has.both",
    "status": "Pending",
    "consecutive_failures": 0
  },
  {
    "qname": "",
    "status": "Idle",
    "consecutive_failures": 3
  }
]"""

DUPLICATE_ROWS = """\
[
  {
    "qname": "twice.job",
    "status": "Idle",
    "consecutive_failures": 1,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "once.job",
    "status": "Pending",
    "consecutive_failures": 0,
    "schedule": {
      "Cron": "0 0 0 1 1 *"
    },
    "next_fire_at": null
  },
  {
    "qname": "twice.job",
    "status": "FailedRetrying",
    "consecutive_failures": 9,
    "schedule": {
      "Cron": "0 0 12 * * *"
    },
    "next_fire_at": null
  }
]"""

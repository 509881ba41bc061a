// The words that this module's API is written in.
@_exported public import struct Owners.Owner
@_exported public import enum Records.FieldUpdate
@_exported public import enum Records.Identifier
@_exported public import struct Records.Timestamp

package dev.midstream.tables.store;

/** The octets of an entry; they must not be changed. */
@SuppressWarnings("ArrayRecordComponent") // entries are not compared
public record StoredEntry(byte[] key, byte[] value) {}

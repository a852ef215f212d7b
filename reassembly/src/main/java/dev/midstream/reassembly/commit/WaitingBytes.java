package dev.midstream.reassembly.commit;

/**
 * What one engine keeps for records that are not committed.
 *
 * @param charged octets that are charged for it to the heap of the connections
 * @param kept octets that are to be charged, counted anew
 */
public record WaitingBytes(long charged, long kept) {}

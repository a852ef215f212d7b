package dev.midstream.jgroups.carrier;

/**
 * What a carrier has done.
 *
 * @param sent messages handed over to the network
 * @param received messages handed to the listener
 * @param dropped messages to nodes that are not in the view
 * @param unreadable messages that could not be read
 */
public record CarrierCounts(long sent, long received, long dropped, long unreadable) {}

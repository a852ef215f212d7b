package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/**
 * One interface of a capture.
 *
 * @param linkTypeCode the code in the file
 * @param linkType what the code stands for
 * @param snapLength the most octets kept of a packet, unsigned; 0 for no limit
 * @param resolution what its time stamps count
 */
record CaptureInterface(
    int linkTypeCode, LinkType linkType, int snapLength, TimeResolution resolution) {}

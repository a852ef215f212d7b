package dev.midstream.wire.capture;

import dev.midstream.wire.packet.LinkType;

/**
 * One interface of a capture.
 *
 * @param linkTypeCode the code of the link type in the file
 * @param linkType the link type of that code
 * @param snapLength the maximum number of octets captured of a packet, unsigned; 0 for no limit
 * @param frameCheckBytes octets of the frame check sequence at the end of its frames, see {@link
 *     FrameCheck}
 * @param resolution the resolution of its timestamps
 */
record CaptureInterface(
    int linkTypeCode,
    LinkType linkType,
    int snapLength,
    int frameCheckBytes,
    TimeResolution resolution) {}

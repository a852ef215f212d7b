package dev.midstream.reassembly.path;

import dev.midstream.reassembly.admit.Admission;
import dev.midstream.reassembly.deliver.Delivery;
import dev.midstream.reassembly.emit.Emission;
import dev.midstream.reassembly.endpoint.CustodyPolicy;
import dev.midstream.reassembly.endpoint.Retransmitter;
import dev.midstream.reassembly.event.Counters;
import dev.midstream.reassembly.event.EventSink;
import dev.midstream.reassembly.rewrite.HeaderRewrite;
import dev.midstream.reassembly.rule.EngineConfiguration;

/**
 * The stages that several paths share, one set for an engine.
 *
 * @param configuration what the operator wants
 * @param counters what is counted
 * @param events where events go
 * @param headers rewrites header fields
 * @param admission accepts, delays or drops
 * @param delivery calls agents
 * @param emission sends
 * @param resets resets both ends
 * @param custody takes octets into custody
 * @param retransmitter repeats what the engine owes
 * @param drain sends what follows from a segment but not with it
 * @param duties what the engine does as an end of its own
 */
public record Stages(
    EngineConfiguration configuration,
    Counters counters,
    EventSink events,
    HeaderRewrite headers,
    Admission admission,
    Delivery delivery,
    Emission emission,
    ResetSender resets,
    CustodyPolicy custody,
    Retransmitter retransmitter,
    OutputDrain drain,
    EndpointDuties duties) {}

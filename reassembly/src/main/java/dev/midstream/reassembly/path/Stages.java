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
 * @param configuration the operator's configuration
 * @param counters counts reasons
 * @param events receives events
 * @param headers rewrites header fields
 * @param admission accepts, delays or drops segments
 * @param delivery calls agents
 * @param emission sends segments
 * @param resets resets both endpoints
 * @param custody takes octets into custody
 * @param retransmitter retransmits octets in custody
 * @param drain sends what a segment released but does not carry
 * @param duties the duties of the engine as an endpoint
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
